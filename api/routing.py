"""Routes that are made once in a process, and worked out when the first request for them comes."""

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.params import Depends
from fastapi.routing import APIRoute
from starlette.routing import compile_path, get_name


class LateRoute(APIRoute):
    """A route that knows its address at once, and what its function takes only when asked.

    To work out all of them took a second of each start and 40 MB (docs/decisions/0033).
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self.path, self.endpoint, self.options = path, endpoint, options
        self.name = options["name"] or get_name(endpoint)
        self.methods = {method.upper() for method in options["methods"] or ["GET"]}
        self.include_in_schema = options["include_in_schema"]
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self.is_late = True

    def __getattr__(self, name: str) -> Any:
        """Work the route out: Python asks here only for what is not there yet."""
        if name.startswith("__") or not self.__dict__.get("is_late"):
            msg = f"the route {self.__dict__.get('path')} has no {name!r}"
            raise AttributeError(msg)
        self.is_late = False
        super().__init__(self.path, self.endpoint, **self.options)
        return getattr(self, name)


class Router(APIRouter):
    """A router of late routes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=LateRoute, **options)

    def take(
        self, *others: APIRouter, prefix: str = "", dependencies: Sequence[Depends] = ()
    ) -> None:
        """Take over the routes of other routers of this kind.

        FastAPI's `include_router` works each of them out once more, for every application anew.
        """
        for route in (route for other in others for route in other.routes):
            if not isinstance(route, LateRoute):
                msg = f"{route} is no late route"
                raise TypeError(msg)
            options = dict(route.options)
            options["dependencies"] = [*self.dependencies, *dependencies, *options["dependencies"]]
            options["responses"] = self.responses | options["responses"]
            options["include_in_schema"] &= self.include_in_schema
            self.routes.append(
                LateRoute(self.prefix + prefix + route.path, route.endpoint, **options)
            )
