"""Serves the application on loopback, with users to look at.

    python run.py [--port 5000] [--config development]

Production reads DATABASE_URL and SECRET_KEY from the environment, and belongs behind a real server: this one is for
looking.
"""

from __future__ import annotations

import argparse

from config import CONFIGURATIONS
from users import create_app
from users.commands import seed


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve the users on loopback.")
    parser.add_argument("--port", type=int, default=5000)
    parser.add_argument("--config", choices=CONFIGURATIONS, default="development")
    options = parser.parse_args()
    app = create_app(options.config)
    app.test_cli_runner().invoke(seed)
    print(f"users: http://127.0.0.1:{options.port}/ ({options.config}; Ctrl-C ends it)", flush=True)
    app.run("127.0.0.1", options.port, debug=False, threaded=True)


if __name__ == "__main__":
    main()
