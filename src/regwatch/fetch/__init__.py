"""From a request to a document, or a typed trouble."""
