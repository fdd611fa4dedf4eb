// Two processes of koa + co-wechat that answer every text with one sentence. The port and the settings in JSON are its arguments.
"use strict";
const cluster = require("node:cluster");
const Koa = require("koa");
const wechat = require("co-wechat");

const port = Number(process.argv[2]);
const { token, app_id, encoding_aes_key } = JSON.parse(process.argv[3]);

if (cluster.isPrimary) {
  cluster.fork();
  cluster.fork();
  process.on("SIGTERM", () => process.exit(0));
} else {
  const app = new Koa();
  const config = { token, appid: app_id, encodingAESKey: encoding_aes_key, checkSignature: true };
  app.use(wechat(config).middleware(async () => "开放时间：周一至周五 8:30—17:00"));
  app.listen(port, "127.0.0.1");
}
