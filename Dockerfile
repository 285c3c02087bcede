# The image of a Guildhall server. docs/deploying.md says how to use it, and which parts of it our tests run.
#
# What the first two stages make is the same on every platform, so they run on the builder's own. The last stage runs
# nothing. So `docker buildx build --platform linux/amd64,linux/arm64 .` needs no emulation.

FROM --platform=$BUILDPLATFORM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY apps/components/package.json apps/components/
COPY apps/dashboard/package.json apps/dashboard/
COPY apps/graphiql/package.json apps/graphiql/
COPY packages/client/package.json packages/client/
COPY packages/embedded-postgres/package.json packages/embedded-postgres/
COPY packages/node/package.json packages/node/
COPY packages/react/package.json packages/react/
COPY prisma/leftOut/dev/package.json prisma/leftOut/dev/
COPY prisma/leftOut/studio-core/package.json prisma/leftOut/studio-core/
RUN npm ci --include=dev --ignore-scripts
COPY . .
# Only the demo has the page of the components, and the image runs no demo.
RUN npm run generate && npm run build && rm -r dist/components
# A checkout may be readable by its owner only. The server runs as another user.
RUN chmod -R a+rX dist prisma package.json LICENSE

FROM --platform=$BUILDPLATFORM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The optional packages are the embedded PostgreSQL, and a driver for Cloudflare. The folders of the workspaces are not here:
# the bundle contains their code.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --workspaces=false && rm -rf node_modules/@guildhall
RUN chmod -R a+rX node_modules

FROM node:24.21.0-bookworm-slim
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Guildhall" \
      org.opencontainers.image.description="Orgs, members and invitations as a GraphQL service" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.documentation="docs/deploying.md" \
      org.opencontainers.image.base.name="docker.io/library/node:24.21.0-bookworm-slim" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
ENV NODE_ENV=production
ENV HOST=0.0.0.0
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/prisma/migrations ./prisma/migrations
COPY --from=build /app/dist ./dist
# The user `node` of the base image. Any other works as well, because the server writes no files.
USER 1000:1000
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 4000}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# `docker run … migrate --status` runs a command instead of the server.
ENTRYPOINT ["node", "--enable-source-maps", "--max-semi-space-size=64", "dist/main.js"]
