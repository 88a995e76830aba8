/*
 * authority.h: a certificate authority of a test's own, and the certificates that it issues.
 *
 * What fails here ends the test.
 *
 * Threads: one thread at a time.
 * Memory:  the caller's struct; authority_destroy frees what it refers to.
 */
#ifndef CRFD_TESTS_AUTHORITY_H
#define CRFD_TESTS_AUTHORITY_H

#include <openssl/evp.h>
#include <openssl/x509.h>

struct authority {
    EVP_PKEY *key;
    X509 *certificate;
};

/* Makes one of that name, and writes its certificate (PEM), for sslrootcert=. */
void authority_create(struct authority *authority, const char *name, const char *certificate_path);
void authority_destroy(struct authority *authority);

/* A certificate for the host, valid for so many hours from now (negative: until then), and its private key. */
void authority_issue(const struct authority *authority, const char *host, long hours,
                     const char *certificate_path, const char *key_path);

#endif
