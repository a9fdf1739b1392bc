"""One million relationships: finding what is due, materialising it, and resting.

``python -m benchmarks.scale --database sqlite|postgresql [--relationships N] [--programmes P] [--seconds S]``
"""
