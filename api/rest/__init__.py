"""The panel's verbs as JSON, under /api/v1."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
