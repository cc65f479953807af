function! LosslintRoot(buffer) abort
  for l:marker in ['losslint.toml', 'pyproject.toml']
    let l:found = ale#path#FindNearestFile(a:buffer, l:marker)
    if !empty(l:found)
      return fnamemodify(l:found, ':h')
    endif
  endfor
  return expand('#' . a:buffer . ':p:h')
endfunction

function! LosslintFix(buffer) abort
  return {'command': 'losslint check --fix-only --quiet --stdin-filename %s -'}
endfunction

" Other linters of these languages stand beside it in g:ale_linters.
let g:ale_linters = get(g:, 'ale_linters', {})
for s:language in ['yaml', 'json', 'python']
  call ale#linter#Define(s:language, {
  \   'name': 'losslint',
  \   'lsp': 'stdio',
  \   'executable': 'losslint',
  \   'command': '%e server',
  \   'project_root': function('LosslintRoot'),
  \})
  let g:ale_linters[s:language] = get(g:ale_linters, s:language, []) + ['losslint']
endfor
call ale#fix#registry#Add('losslint', 'LosslintFix', ['yaml', 'json', 'python'],
\ 'Apply the safe fixes of losslint.')
