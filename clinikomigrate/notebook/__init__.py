"""What a person looks at: progress bars. Each part needs an optional extra."""

from clinikomigrate.notebook.progress import ProgressBar

__all__ = ["ProgressBar"]
