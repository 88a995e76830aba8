-- Keeps the definition (digest $1, name $2, version $3, text $4) if it is new.
INSERT INTO crfd.study (digest, name, version, definition) VALUES ($1, $2, $3, $4) ON CONFLICT (digest) DO NOTHING
