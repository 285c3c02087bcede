// Prisma's command line loads this package at its start, but only `prisma studio` uses it: decision 043.
module.exports = {}
