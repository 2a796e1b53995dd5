"""The least service for one flight's question over HTTP; what stands behind it, a pattern brings along."""
