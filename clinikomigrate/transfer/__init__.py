"""The pipeline. It knows no destination."""
