"""The indicator catalogue: one entry an indicator, one module a family (annex 表一, 表二, 表三)."""
