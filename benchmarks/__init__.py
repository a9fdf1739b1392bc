"""Each module here measures one thing and prints JSON: ``python -m benchmarks.<name>``."""
