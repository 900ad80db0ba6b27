"""The pages of the panel, one module for each family of pages, GET and POST together."""

from fastapi import APIRouter

from api.pages import (
    account,
    activity,
    alerts,
    asks,
    child,
    devices,
    health,
    join,
    lists,
    look_up,
    readings,
    settings,
    setup,
    sign_in,
    strangers,
    today,
    ways,
    week,
)

ROUTERS: tuple[APIRouter, ...] = (
    setup.router,
    sign_in.router,
    account.router,
    join.router,
    health.router,
    today.router,
    child.router,
    activity.router,
    alerts.router,
    asks.router,
    week.router,
    devices.router,
    ways.router,
    strangers.router,
    readings.router,
    settings.router,
    lists.router,
    look_up.router,
)
