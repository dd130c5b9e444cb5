"""Prints the lowest versions that pyproject.toml allows of what runs, the web included, as pip constraints."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
extras = project["optional-dependencies"]
for requirement in {*project["dependencies"], *extras["server"], *extras["site"]}:
    name, bound = re.fullmatch(r"([\w-]+)(?:\[\w+\])?>=([\d.]+)(?:;.*)?", requirement).groups()
    print(f"{name}=={bound}" if bound.count(".") > 1 else f"{name}=={bound}.*")
