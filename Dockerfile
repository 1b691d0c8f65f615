# Two images, made from nothing but what they run: `services` (gateway, supervisor, prepare) and `runner` (with Chromium).
# docker build --target services . What is in them, and how big they are: docs/decisions/containers.md
FROM node:24-trixie-slim AS tools
RUN apt-get update && apt-get install -y --no-install-recommends binutils ca-certificates tini
COPY deploy/collect-root.sh /usr/local/bin/collect-root

# Node, tini, and the user: all that both images share. A process whose program its user may not read cannot be looked into by
# other processes of that user.
FROM tools AS base-root
RUN strip /usr/local/bin/node \
  && collect-root /root-base /usr/local/bin/node /usr/bin/tini /etc/ssl/certs/ca-certificates.crt /usr/lib/locale/C.utf8 \
  && chmod 711 /root-base/usr/local/bin/node /root-base/usr/bin/tini \
  && cd /root-base && ln -s usr/bin bin && ln -s usr/lib lib && ln -s usr/lib64 lib64 && install -d -m 1777 tmp \
  && install -d etc && echo 'hosts: files dns' > etc/nsswitch.conf \
  && echo 'ghostly:x:10001:10001::/tmp:/sbin/nologin' > etc/passwd && echo 'ghostly:x:10001:' > etc/group

FROM base-root AS chromium-root
RUN apt-get install -y --no-install-recommends chromium-headless-shell ffmpeg fonts-liberation
COPY --chmod=755 deploy/as-runner.sh /usr/local/bin/as-runner
RUN libraries=/usr/lib/$(uname -m)-linux-gnu && rm -f /usr/lib/chromium/libVkLayer_* /usr/lib/chromium/*.TOC \
  && BASE=/root-base collect-root /root-chromium /usr/lib/chromium/chromium-headless-shell /usr/lib/chromium /usr/bin/ffmpeg \
    "$libraries"/libsoftokn3.so "$libraries"/libfreeblpriv3.so "$libraries"/libnssckbi.so \
    /etc/fonts /usr/share/fontconfig /usr/share/fonts /var/cache/fontconfig \
    /usr/local/bin/as-runner /usr/bin/dash /usr/bin/setpriv /usr/bin/nice /usr/bin/chown \
  && ln -s dash /root-chromium/usr/bin/sh

# What runs is built: the services with their packages, the web app, and the copy of Playwright for runners.
FROM tools AS app
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY shared shared
COPY services services
COPY scripts/services-bundle scripts/services-bundle
COPY scripts/playwright-core scripts/playwright-core
COPY examples examples
RUN for part in services/visualiser scripts/playwright-core scripts/services-bundle; do node $part/build.ts; done
COPY deploy/is-ready.mjs /is-ready.mjs
RUN install -d /app/dist/services /app/services/visualiser && cp -r dist/services /app/dist/ \
  && cp -r dist/playwright-core /playwright-core && cp -r node_modules/playwright-core/lib/vite/traceViewer /playwright-viewer && cp -r services/visualiser/dist /app/services/visualiser/ \
  && chmod -R a+rX /app /playwright-core /playwright-viewer /is-ready.mjs && install -d -m 0700 /data

# What Node makes of the scripts when they are loaded, for the user and the options that services have.
FROM app AS compiled
RUN cp -r /playwright-core /app/dist/ && install -d -o 10001 /app/compiled
USER 10001:10001
WORKDIR /app
ENV HOME=/tmp NODE_OPTIONS=--max-semi-space-size=4 NODE_COMPILE_CACHE=/app/compiled
RUN for name in gateway supervisor runner cli; do node dist/services/$name.js >/dev/null 2>&1 || true; done

FROM scratch AS base
COPY --from=base-root /root-base /
COPY --from=app --chown=10001:10001 /data /data
COPY --from=app /is-ready.mjs /
COPY --from=app /app/dist /app/dist
COPY --from=compiled --chown=0:0 /app/compiled /app/compiled
USER 10001:10001
WORKDIR /app
ENV PATH=/usr/local/bin:/usr/bin HOME=/tmp LANG=C.UTF-8 HOST=0.0.0.0 PORT=4000 GHOSTLY_HEALTH_PORT=4001 GHOSTLY_HOME=/data NODE_ENV=production \
  NODE_OPTIONS=--max-semi-space-size=4 NODE_COMPILE_CACHE=/app/compiled
VOLUME /data
EXPOSE 4000 4001
ENTRYPOINT ["tini", "--"]

FROM base AS runner
COPY --from=chromium-root /root-chromium /
COPY --from=app /playwright-core dist/playwright-core
ENV CHROMIUM_PATH=/usr/lib/chromium/chromium-headless-shell GHOSTLY_EGRESS=public
CMD ["node", "dist/services/runner.js"]

FROM base AS services
COPY --from=app /app/services services
COPY --from=app /playwright-viewer dist/playwright-core/lib/vite/traceViewer
ENV GHOSTLY_WEB_DIR=/app/services/visualiser/dist
CMD ["node", "dist/services/gateway.js"]
