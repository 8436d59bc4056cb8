"""An article and its story as pages show them: side by side, marked, compared, cited, spread."""
