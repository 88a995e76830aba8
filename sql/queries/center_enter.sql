-- Makes sure that center $1 has its row.
INSERT INTO crfd.center (center_id) VALUES ($1) ON CONFLICT (center_id) DO NOTHING
