"""The engine: runs steps, keeps results that are still valid, and records numbers with the digest of what made them.

Start with ``step`` (what a step is), ``step_keys`` (when its result is still valid) and ``executor`` (how steps run).
"""
