@echo relevo: on Windows, Relevo runs inside WSL 2: install it with "wsl --install", then clone and start Relevo in there 1>&2
@exit /b 1
