vim.lsp.config('losslint', {
  cmd = { 'losslint', 'server' },
  filetypes = { 'yaml', 'json', 'jsonc', 'python' },
  root_markers = { 'losslint.toml', 'pyproject.toml', '.git' },
})
vim.lsp.enable('losslint')
