(require 'eglot)
;; Eglot starts one server for a mode: leave out those that have another one.
(dolist (mode '(yaml-mode yaml-ts-mode js-json-mode json-mode json-ts-mode
                python-mode python-ts-mode))
  (add-to-list 'eglot-server-programs `(,mode . ("losslint" "server")))
  (add-hook (intern (format "%s-hook" mode)) #'eglot-ensure))
