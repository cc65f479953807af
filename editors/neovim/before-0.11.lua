vim.api.nvim_create_autocmd('FileType', {
  pattern = { 'yaml', 'json', 'jsonc', 'python' },
  callback = function(event)
    local markers = { 'losslint.toml', 'pyproject.toml', '.git' }
    local folder = vim.fs.dirname(vim.api.nvim_buf_get_name(event.buf))
    local marker = vim.fs.find(markers, { upward = true, path = folder })[1]
    vim.lsp.start({
      name = 'losslint',
      cmd = { 'losslint', 'server' },
      root_dir = marker and vim.fs.dirname(marker) or vim.fn.getcwd(),
    }, { bufnr = event.buf })
  end,
})
