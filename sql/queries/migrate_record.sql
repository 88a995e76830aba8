-- Records that migration $1 of name $2 and digest $3 was applied by crfd $4.
INSERT INTO crfd.migration (number, name, sha256, version) VALUES ($1, $2, $3, $4)
