#include "authority.h"

#include "fail.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <sys/stat.h>

#define HOUR_S 3600L

static void
write_certificate(X509 *certificate, const char *path)
{
    FILE *file = fopen(path, "we");

    TEST_REQUIRE(file != NULL && PEM_write_X509(file, certificate) == 1 && fclose(file) == 0, "authority: %s",
                 path);
}

/* The server refuses a key that others may read. */
static void
write_key(EVP_PKEY *key, const char *path)
{
    FILE *file = fopen(path, "we");

    TEST_REQUIRE(file != NULL && chmod(path, 0600) == 0 &&
                     PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1 && fclose(file) == 0,
                 "authority: %s", path);
}

static void
add_extension(X509 *certificate, int kind, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);

    TEST_REQUIRE(extension != NULL && X509_add_ext(certificate, extension, -1) == 1, "authority: %s", value);
    X509_EXTENSION_free(extension);
}

/* Not signed yet. */
static X509 *
make_certificate(EVP_PKEY *key, const char *name, long from_s, long until_s)
{
    static long serial;
    X509 *certificate = X509_new();

    TEST_REQUIRE(certificate != NULL && X509_set_version(certificate, 2) == 1 &&
                     ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial) == 1 &&
                     X509_gmtime_adj(X509_getm_notBefore(certificate), from_s) != NULL &&
                     X509_gmtime_adj(X509_getm_notAfter(certificate), until_s) != NULL &&
                     X509_set_pubkey(certificate, key) == 1 &&
                     X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                                (const unsigned char *)name, -1, -1, 0) == 1,
                 "authority: making a certificate for %s", name);
    return certificate;
}

static void
sign(X509 *certificate, const X509 *issuer, EVP_PKEY *key)
{
    TEST_REQUIRE(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
                     X509_sign(certificate, key, EVP_sha256()) > 0,
                 "authority: signing");
}

void
authority_create(struct authority *authority, const char *name, const char *certificate_path)
{
    authority->key = EVP_EC_gen("P-256");
    TEST_REQUIRE(authority->key != NULL, "authority: making a key");
    authority->certificate = make_certificate(authority->key, name, -HOUR_S, 24 * HOUR_S);
    add_extension(authority->certificate, NID_basic_constraints, "critical,CA:TRUE");
    sign(authority->certificate, authority->certificate, authority->key);
    write_certificate(authority->certificate, certificate_path);
}

void
authority_destroy(struct authority *authority)
{
    X509_free(authority->certificate);
    EVP_PKEY_free(authority->key);
}

void
authority_issue(const struct authority *authority, const char *host, long hours, const char *certificate_path,
                const char *key_path)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate;
    char name[256];

    TEST_REQUIRE(key != NULL, "authority: making a key");
    certificate = make_certificate(key, host, hours < 0 ? 2 * hours * HOUR_S : -HOUR_S, hours * HOUR_S);
    snprintf(name, sizeof name, "DNS:%s", host);
    add_extension(certificate, NID_subject_alt_name, name);
    sign(certificate, authority->certificate, authority->key);
    write_certificate(certificate, certificate_path);
    write_key(key, key_path);
    X509_free(certificate);
    EVP_PKEY_free(key);
}
