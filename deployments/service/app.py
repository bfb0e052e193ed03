"""Deployments: the web application of the service."""

from fastapi import FastAPI

from deployments.service.images import add_image_routes
from deployments.service.problems import add_problems
from deployments.service.routes import add_routes
from deployments.service.service import Service
from deployments.service.shield import Refuse, Shield, nothing

ABOUT = "Answers requests with the versions of the models that are in production. Errors are problem JSON (RFC 9457)."


def create_app(service: Service, version: str = "", refuse: Refuse = nothing) -> FastAPI:
    """Return the application. `refuse` checks the headers of each request first."""
    app = FastAPI(title="Atelier", version=version or "0", description=ABOUT, redoc_url=None)
    app.state.service = service
    app.add_middleware(Shield, refuse=refuse, most=service.settings.limits.body_kb * 1000)
    add_problems(app)
    add_routes(app, service)
    add_image_routes(app, service)
    return app
