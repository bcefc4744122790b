# The assistant as an image: built in one stage, run in another that has Node and nothing to build with.
#   docker build -t beian-assistant .
#   docker run --rm -p 127.0.0.1:3000:3000 -e NODE_ENV=development -e PLAYGROUND=on beian-assistant
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
COPY dialogs dialogs
COPY content content
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM ${NODE_IMAGE}
# Nothing here installs or builds any more.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
      /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-* \
 && install -d -o 1000 -g 1000 -m 0700 /data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/dialogs dialogs
COPY --from=build /app/content content
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
# The user `node` of the base image, by number so that Kubernetes sees that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# As `npm run serve` starts it; a test compares the two.
CMD ["node", "--no-parallel-scavenge", "--no-memory-reducer", "--retain-maps-for-n-gc=1000000", "--no-flush-bytecode", "--heap-growing-percent=15", "--initial-old-space-size=64", "dist/main.js"]
