import os
import socket

from flask import Flask

app = Flask(__name__)


@app.route("/")
def hello():
    # Pods that share the machine's own network are named by HOSTNAME only.
    name = os.environ.get("HOSTNAME", socket.gethostname())
    return f"Hello from {name}\n"


@app.route("/healthz")
def healthz():
    return "ok\n"


if __name__ == "__main__":
    app.run(host=os.environ.get("HOST", "0.0.0.0"), port=int(os.environ.get("PORT", "5000")))
