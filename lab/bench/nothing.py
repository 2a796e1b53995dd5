"""An endpoint that does nothing, behind the server and the framework that our service stands behind."""

from fastapi import FastAPI, Response

app = FastAPI()


@app.get("/ready")
@app.post("/predict")
async def answer() -> Response:
    """An empty answer, whatever was asked."""
    return Response(b"{}", media_type="application/json")
