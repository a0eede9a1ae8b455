"""The report: one page that opens from disk, made from a run folder and nothing else."""
