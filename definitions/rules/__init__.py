"""The rules of cases as pure functions; `definitions/kinds.py` says which are in force for which kind of case."""
