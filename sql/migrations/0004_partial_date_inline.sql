-- The functions on partial dates give NULL for NULL by what they say, so STRICT adds nothing to them; but it keeps
-- PostgreSQL from writing them into the query that calls them. Written in, a comparison takes 4 µs and not 400.

ALTER FUNCTION crfd.earliest(text) CALLED ON NULL INPUT;
ALTER FUNCTION crfd.latest(text) CALLED ON NULL INPUT;
ALTER FUNCTION crfd.full_date(text) CALLED ON NULL INPUT;
ALTER FUNCTION crfd.partial_less(text, text, boolean) CALLED ON NULL INPUT;
ALTER FUNCTION crfd.partial_equal(text, text, boolean) CALLED ON NULL INPUT;
