-- Makes the list of applied migrations where it is missing.
CREATE TABLE IF NOT EXISTS crfd.migration (
    number     int PRIMARY KEY CHECK (number > 0),
    name       text NOT NULL,
    sha256     text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    version    text NOT NULL)
