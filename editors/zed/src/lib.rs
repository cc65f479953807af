use zed_extension_api::{self as zed, Command, LanguageServerId, Result, Worktree};

struct Losslint;

impl zed::Extension for Losslint {
    fn new() -> Self {
        Losslint
    }

    fn language_server_command(
        &mut self,
        _server: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Command> {
        let command = worktree
            .which("losslint")
            .ok_or("losslint is not on PATH; install it by: pip install 'losslint[lsp]'")?;
        Ok(Command {
            command,
            args: vec!["server".to_string()],
            env: worktree.shell_env(),
        })
    }
}

zed::register_extension!(Losslint);
