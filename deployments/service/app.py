"""Deployments: the web application of the service."""

from fastapi import FastAPI

from deployments.service.callers import Gate
from deployments.service.images import add_image_routes
from deployments.service.job_routes import add_job_routes
from deployments.service.jobs import Jobs
from deployments.service.openai_images import add_openai_routes
from deployments.service.openapi import describe
from deployments.service.page_files import add_page
from deployments.service.problems import add_problems
from deployments.service.product_models import ProductModels
from deployments.service.products import add_product_routes
from deployments.service.reviews import add_review_routes
from deployments.service.routes import add_routes
from deployments.service.service import Service
from deployments.service.shield import Refuse, Shield, nothing

VERSION = "1"  # of the routes and their schemas
ABOUT = "Answers requests with the versions of the models that are in production. Errors are problem JSON (RFC 9457)."


def create_app(service: Service, gate: Gate | None = None, refuse: Refuse = nothing) -> FastAPI:
    """Return the application. `gate` knows the callers; `refuse` checks the headers of each request first."""
    app = FastAPI(title="Atelier", version=VERSION, description=ABOUT, redoc_url=None)
    app.state.service, app.state.gate = service, gate or Gate()
    app.add_middleware(Shield, refuse=refuse, most=service.settings.limits.body_kb * 1000)
    add_problems(app)
    add_routes(app, service)
    add_image_routes(app, service)
    add_openai_routes(app, service)
    add_job_routes(app, service, Jobs(service))
    add_product_routes(app, ProductModels(service))
    add_review_routes(app)
    add_page(app)
    describe(app, service)
    return app
