"""The version of the package, said once: the build, the manifest of a run and `goodstanding about` read it here."""

__version__ = "0.1.0"
