# One image for every service; the command says which. Not built by CI: see CONTRIBUTING.md.
FROM node:24-trixie-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-trixie-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends chromium-headless-shell ffmpeg fonts-liberation tini \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --create-home --uid 10001 ghostly \
  && install -d -m 0700 -o ghostly -g ghostly /data
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json tsconfig.json ./
COPY shared shared
COPY services services
COPY examples examples
RUN node services/visualiser/build.ts
USER ghostly
ENV HOST=0.0.0.0 PORT=4000 GHOSTLY_HOME=/data NODE_ENV=production GHOSTLY_EGRESS=public GHOSTLY_WEB_DIR=/app/services/visualiser/dist
VOLUME /data
EXPOSE 4000
ENTRYPOINT ["tini", "--"]
CMD ["node", "services/gateway/main.ts"]
