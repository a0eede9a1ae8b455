"""The library: the scenarios that come with the package, and the arms that can be laid over any of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from goodstanding.errors import InvalidInput, nearest, plain
from goodstanding.reader import SUFFIXES


def _folder() -> Path:
    """Where they stand: inside the package once installed, at the top of the repository before."""
    here = Path(__file__).parent
    folders = (here / "scenarios", here.parents[1] / "scenarios")
    return next((f for f in folders if f.is_dir()), folders[0])


def library() -> dict[str, Path]:
    """The scenarios that come with the package, by name."""
    return {path.stem: path for path in sorted(_folder().glob("*.yaml"))}


def find(path_or_name: str | Path) -> Path:
    """The file that a path or a name of the library stands for."""
    text = str(path_or_name)
    if isinstance(path_or_name, Path) or "/" in text or Path(text).suffix:
        return Path(path_or_name)
    if text in library():
        return library()[text]
    names = ", ".join(library())
    raise InvalidInput(
        f"scenario: '{plain(text)}' is no scenario; allowed is a file ({', '.join(SUFFIXES)}) or one of: {names}"
        f"{nearest(text, library())}"
    )


def arm_files() -> dict[str, Path]:
    """The arms that stand in files of their own, by folder and name: `attacks/insiders`, `safeguards/appeal`."""
    folder = _folder() / "arms"
    found = {path.relative_to(folder).with_suffix("").as_posix(): path for path in folder.glob("*/*.yaml")}
    return dict(sorted(found.items()))


def find_arms(text: str) -> Iterator[tuple[str, Path]]:
    """Name and file of what a word after `--with` stands for: an arm, a whole folder of them, or a file by its path."""
    known = arm_files()
    inside = {name: path for name, path in known.items() if name.startswith(f"{text}/")}
    if Path(text).suffix in SUFFIXES:
        yield Path(text).stem, Path(text)
    elif text in known:
        yield text, known[text]
    elif inside:
        yield from inside.items()
    else:
        folders = sorted({name.partition("/")[0] for name in known})
        raise InvalidInput(
            f"--with: '{plain(text)}' is no arm; allowed is a file ({', '.join(SUFFIXES)}), a folder "
            f"({', '.join(folders)}) or one of `goodstanding list arms`{nearest(text, (*known, *folders))}"
        )
