"""What the framework answers by itself: FastAPI, and nothing done.

uvicorn --app-dir THIS_FOLDER empty_service:app
"""

from fastapi import FastAPI

app = FastAPI()


@app.post("/predict")
async def predict() -> dict[str, object]:
    """Answer anything with nothing."""
    return {}
