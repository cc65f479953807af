"""An editor: JSON-RPC over the standard streams of a real `losslint server`."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.command import Command

Json = dict[str, Any]

# Only against a server that never answers: a busy machine takes its time.
TIMEOUT = 300.0

FULL: Json = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}},
            "disabledSupport": True,
        },
        "completion": {"completionItem": {"snippetSupport": True}},
        "publishDiagnostics": {"relatedInformation": True, "versionSupport": True},
    },
    "workspace": {
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]},
    },
}


class Editor:
    """Speaks first and hears everything; requests that the server makes are answered with null."""

    def __init__(
        self,
        folder: Path,
        capabilities: Json | None = None,
        command: Sequence[str] | None = None,
        settings: Json | None = None,
        options: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self._settings = settings
        (given, own_in), (own_out, out), (own_err, err) = (os.pipe() for _ in range(3))
        self._in, self._out, self._err = (
            os.fdopen(own_in, "wb"),
            os.fdopen(own_out, "rb"),
            os.fdopen(own_err, "rb"),
        )
        self._process: Command | subprocess.Popen[bytes]
        if command is None:
            self._process = Command(("server", *options), folder, (given, out, err))
        else:
            self._process = subprocess.Popen(
                list(command), cwd=folder, stdin=given, stdout=out, stderr=err
            )
        for each in (given, out, err):
            os.close(each)
        self._heard: queue.Queue[Json] = queue.Queue()
        self._kept: list[Json] = []
        self._last = 0
        threading.Thread(target=self._listen, daemon=True).start()
        parameters = {
            "processId": None,
            "rootUri": folder.as_uri(),
            "capabilities": FULL if capabilities is None else capabilities,
        }
        self.answer = self.ask("initialize", parameters)
        self.say("initialized", {})

    @property
    def pid(self) -> int:
        """The process of the server."""
        return self._process.pid

    def _listen(self) -> None:
        stream = self._out
        while line := stream.readline():
            length = 0
            while line.strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
                line = stream.readline()
            self._heard.put(json.loads(stream.read(length)))

    def send(self, *messages: Json) -> None:
        """Write messages, all at once."""
        frames = []
        for message in messages:
            body = json.dumps({"jsonrpc": "2.0", **message}).encode("utf-8")
            frames.append(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._in.write(b"".join(frames))
        self._in.flush()

    def say(self, method: str, params: Json) -> None:
        self.send({"method": method, "params": params})

    def start(self, method: str, params: Json | None) -> int:
        """Ask, and do not wait."""
        self._last += 1
        self.send({"id": self._last, "method": method, "params": params})
        return self._last

    def ask(self, method: str, params: Json | None) -> Any:
        number = self.start(method, params)
        reply = self.reply(number)
        assert "error" not in reply, reply
        return reply["result"]

    def reply(self, number: int) -> Json:
        return self.hear(lambda m: m.get("id") == number and "method" not in m)

    def hear(self, wanted: Any, timeout: float = TIMEOUT) -> Json:
        """The next message that is wanted; the others are kept for later."""
        for index, message in enumerate(self._kept):
            if wanted(message):
                return self._kept.pop(index)
        end = time.monotonic() + timeout
        while True:
            message = self._heard.get(timeout=max(end - time.monotonic(), 0.01))
            if "id" in message and "method" in message:
                self.send({"id": message["id"], "result": self._answer(message)})
            if wanted(message):
                return message
            self._kept.append(message)

    def _answer(self, request: Json) -> Any:
        """What is asked of the editor: its settings, or something that needs no answer."""
        if request["method"] != "workspace/configuration":
            return None
        settings = self._settings or {}
        return [settings.get(item.get("section")) for item in request["params"]["items"]]

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str, language: str = "yaml") -> list[Json]:
        """Open a document that need not be on the disk; what is pushed about it."""
        document = {"uri": self.uri(name), "languageId": language, "version": 1, "text": text}
        self.say("textDocument/didOpen", {"textDocument": document})
        return self.pushed(name, 1)

    def type(self, name: str, text: str, version: int) -> None:
        self.send(self.typed(name, text, version))

    def typed(self, name: str, text: str, version: int) -> Json:
        """The message that a text has changed."""
        document = {"uri": self.uri(name), "version": version}
        params = {"textDocument": document, "contentChanges": [{"text": text}]}
        return {"method": "textDocument/didChange", "params": params}

    def pushed(self, name: str, version: int) -> list[Json]:
        """The diagnostics of a version."""

        def wanted(message: Json) -> bool:
            params = message.get("params", {})
            return bool(
                message.get("method") == "textDocument/publishDiagnostics"
                and params["uri"] == self.uri(name)
                and params.get("version") == version
            )

        found: list[Json] = self.hear(wanted)["params"]["diagnostics"]
        return found

    def at(self, method: str, name: str, line: int, character: int) -> Any:
        place = {"line": line, "character": character}
        return self.ask(method, {"textDocument": {"uri": self.uri(name)}, "position": place})

    def actions(
        self, name: str, line: int, character: int, only: list[str] | None = None
    ) -> list[Json]:
        place = {"line": line, "character": character}
        context: Json = {"diagnostics": [], "triggerKind": 1}
        if only is not None:
            context["only"] = only
        params = {
            "textDocument": {"uri": self.uri(name)},
            "range": {"start": place, "end": place},
            "context": context,
        }
        found: list[Json] = self.ask("textDocument/codeAction", params) or []
        return found

    def leave(self) -> tuple[int, str]:
        """Shut down as an editor does; the exit code, and what was said on standard error."""
        self.ask("shutdown", None)
        self.send({"method": "exit"})
        code = self._process.wait(TIMEOUT)
        return code, self._err.read().decode()

    def hang_up(self) -> int:
        """Close the pipe without a word, as an editor that crashed does."""
        self._in.close()
        return self._process.wait(TIMEOUT)

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(TIMEOUT)
