"""The texts are other people's: their facts are in the project, their sentences are not."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUN = 12


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + RUN]) for i in range(len(found) - RUN + 1)}


def tracked() -> list[Path]:
    command = ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def labels() -> set[str]:
    """Names may be long; the graph says which strings are names."""
    pattern = re.compile(r'(?:skos:(?:pref|alt|hidden)Label|dcterms:title)\s+((?:"[^"]*"@\w+\s*,?\s*)+)')
    lists = (
        match[1] for path in (ROOT / "data").rglob("*.trig") for match in pattern.finditer(path.read_text("utf-8"))
    )
    return {label for listed in lists for label in re.findall(r'"([^"]*)"', listed)}


def test_no_run_of_twelve_words_of_a_source_text_stands_in_the_project(texts):
    sources = set().union(*(runs(path.read_text("utf-8")) for path in texts))
    names = set().union(*(runs(label) for label in labels()))
    copied = {
        f"{path.relative_to(ROOT)}: {' '.join(run)}"
        for path in tracked()
        for run in runs(path.read_text("utf-8", errors="replace")) & sources - names
    }
    assert copied == set()


def test_the_check_for_copied_words_sees_a_copied_sentence(texts):
    sentence = " ".join(words(texts[0].read_text("utf-8"))[:RUN])
    assert runs(f"# {sentence}!") & runs(texts[0].read_text("utf-8"))
