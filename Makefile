# Everything is in make.py, so that it runs without make too: py make.py demo
PYTHON ?= $(shell command -v python3 || command -v python)
TASKS := demo test test-all check fix lock

.PHONY: help $(TASKS)
help:
	@$(PYTHON) make.py

$(TASKS):
	@$(PYTHON) make.py $@
