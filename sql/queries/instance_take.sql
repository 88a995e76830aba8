-- The database belongs to study $1 from now on, if it belongs to none.
INSERT INTO crfd.instance (study) VALUES ($1) ON CONFLICT DO NOTHING
