"""HTTP over `reading`: one picture or many in, the JSON of `predict --json` out, within limits."""
