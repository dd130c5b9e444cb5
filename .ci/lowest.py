"""Prints the lowest version of every runtime dependency that pyproject.toml allows, as pip constraints."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
for requirement in project["dependencies"]:
    name, bound = re.fullmatch(r"([\w-]+)>=([\d.]+)", requirement).groups()
    print(f"{name}=={bound}" if bound.count(".") > 1 else f"{name}=={bound}.*")
