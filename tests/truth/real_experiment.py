"""What NetsPresso Trainer does with the files of an experiment: cases in, outcomes out.

The trainer loads and merges the files, looks the head up, labels pixels by its own transforms and
takes one step. Nothing here knows what losslint says.
"""

from __future__ import annotations

import importlib
import inspect
import json
import math
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from omegaconf import OmegaConf
from PIL import Image

from losslint.dryrun.runtimes.netspresso import _import_losses

from .experiment_cases import IMAGES, SECTIONS
from .trainer import Judge, Ran, Refused, batch_of, first_line

_PACKAGE = "netspresso_trainer"
_UNDEFINED = 255
_TRIES = 4


class ExperimentJudge(Judge):
    """Runs experiments and says what came of them."""

    makes_undefined = False

    def __init__(self) -> None:
        super().__init__(_import_losses())
        # The losses alone need no more of the models than stand-ins for these.
        for name in [n for n in sys.modules if n.startswith(f"{_PACKAGE}.models")]:
            del sys.modules[name]
        self.engine = importlib.import_module(f"{_PACKAGE}.utils.engine_utils")
        self.registry = importlib.import_module(f"{_PACKAGE}.models.registry")
        self.model = importlib.import_module(f"{_PACKAGE}.models.utils")
        self.transforms = importlib.import_module(f"{_PACKAGE}.dataloaders.augmentation.transforms")

    def experiment(
        self, files: dict[str, str], held: dict[str, str], batch: str
    ) -> tuple[str, str]:
        """What happens to an experiment, and why that is its outcome."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                Path(folder, name).write_text(text, "utf-8")
            Path(folder, "none").write_text("{}\n")
            paths = {section: f"{folder}/{held[section]}" for section in SECTIONS}
            try:
                config = self.engine.set_arguments(
                    **paths, logging=f"{folder}/none", environment=f"{folder}/none"
                )
            except Exception as error:
                return "refused", f"load: {first_line(error)}"
        try:
            self.find_head(config.model)
            self.makes_undefined = batch in _ON_PIXELS and self.labels_undefined(config)
        except Exception as error:
            return "refused", f"model: {first_line(error)}"
        ran = self.run(config, batch)
        if isinstance(ran, Refused):
            return "refused", ran.error
        if not math.isfinite(ran.total) or not math.isfinite(ran.slope):
            return "wrong", f"not finite: {ran}"
        if ran.slope == 0:
            return "wrong", f"nothing is learned: {ran}"
        slipped = self.slipped(config, batch, ran) or self.comes_too_late(config)
        if slipped is not None:
            return "ignored", slipped
        return self.meaning(config, files[held["model"]], batch, ran)

    def find_head(self, model: Any) -> None:
        """Look the head up, as the trainer does when it builds the model; first the task."""
        str(model.task)
        if self.model.is_single_task_model(model):
            self.registry.MODEL_FULL_DICT[str(model.architecture.full.name).lower()]
        else:
            self.registry.MODEL_HEAD_DICT[model.task][str(model.architecture.head.name).lower()]

    def labels_undefined(self, config: Any) -> bool:
        """Whether the data set or a transform labels a pixel of the images with 255."""
        mode = config.data.label_image_mode
        if mode is not None and str(mode).upper() != "L":
            # The border between two classes has a colour of its own.
            return True
        make = self.transforms.create_transform
        for is_training in (True, False):
            run = make("some_model", is_training)(config.augmentation)
            for seed in range(_TRIES):
                random.seed(seed)
                torch.manual_seed(seed)
                for height, width in IMAGES:
                    image = Image.fromarray(np.zeros((height, width, 3), np.uint8))
                    mask = Image.fromarray(np.zeros((height, width), np.uint8))
                    if _UNDEFINED in np.asarray(run(image=image, mask=mask)["mask"]):
                        return True
        return False

    def batch(self, name: str, losses: Any) -> tuple[dict[str, Any], dict[str, Any], list[Any]]:
        """The batch of the criterion; a row of undefined pixels where there are any."""
        out, target, leaves = batch_of(name, losses)
        if self.makes_undefined and name in _ON_PIXELS:
            target["target"][:, -1] = _UNDEFINED
        return out, target, leaves

    def slipped(self, config: Any, batch: str, ran: Ran) -> str | None:
        """A parameter of the criterion that stands beside the losses and does nothing."""
        (entry, *_) = config.model.losses
        known = {*inspect.signature(self.losses.LOSS_DICT[entry.criterion]).parameters, "weight"}
        for key in config.model:
            if key in known - {"kwargs", *entry}:
                changed = config.copy()
                OmegaConf.update(changed, f"model.{key}", "whatever", force_add=True)
                other = self.run(changed, batch)
                if isinstance(other, Ran) and other.like(ran):
                    return f"model.{key}"
        return None

    def comes_too_late(self, config: Any) -> str | None:
        """A term of yolox_loss that no epoch of the training adds."""
        (entry, *_) = config.model.losses
        epoch = entry.get("l1_activate_epoch")
        if entry.criterion != "yolox_loss" or not isinstance(epoch, (int, float)):
            return None
        return "l1_activate_epoch" if config.training.epochs < epoch < 1_000_000 else None


_ON_PIXELS = ("seg_cross_entropy", "pidnet_loss")


def main() -> None:
    """Judge every experiment of standard input."""
    torch.set_num_threads(1)
    judge = ExperimentJudge()
    for line in sys.stdin:
        print(json.dumps(judge.experiment(**json.loads(line))), flush=True)


if __name__ == "__main__":
    import warnings

    warnings.filterwarnings("ignore")
    main()
