"""Everything that the server answers, as OpenAPI 3.1: made from tables, when it is asked for."""
