"""The front door for tables: from named columns of any kind to a model, its scores, its report."""
