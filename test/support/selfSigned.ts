/**
 * A self-signed certificate for localhost and 127.0.0.1 that is valid for a hundred years, with its
 * key. The key protects nothing.
 */
export const selfSigned = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/G2b/U5BMhY7jIZg
zNcLDv5PE6v1Dxi7GkLcmPuIijahRANCAASTPkIN+jnLLvS4Q/ws5ukYzFuOymj+
cbAHFAeLOyhTNkDIAu9QgGAsoLuvVjCmG2t0Bo0girEqHvx6LfEqzTNM
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUEZhZwg6AB8CXpz/H6NzCh3tvdkgwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyOTAxNTc1OFoYDzIxMjYxMTA1
MDE1NzU4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASTPkIN+jnLLvS4Q/ws5ukYzFuOymj+cbAHFAeLOyhTNkDIAu9QgGAs
oLuvVjCmG2t0Bo0girEqHvx6LfEqzTNMo28wbTAdBgNVHQ4EFgQU6RBqnUL3wTkm
ckUwWN63FS6jyokwHwYDVR0jBBgwFoAU6RBqnUL3wTkmckUwWN63FS6jyokwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAI+/9Ms+CWnkPlSabSG9PmO6bubyw8dzAWG1cuhBqfZdAiEA
zEKp1uAsWlN3i9xhsWkWpdEbBA+hDYItcu5c7FNUHx0=
-----END CERTIFICATE-----
`,
}
