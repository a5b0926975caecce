"""The tutorial's backend as Flask has it, with PostgreSQL in place of a list in memory: what the todo application is measured against."""

import os
from contextlib import contextmanager
from threading import BoundedSemaphore

from flask import Flask, jsonify, request
from psycopg2.extras import RealDictCursor
from psycopg2.pool import ThreadedConnectionPool

app = Flask(__name__)
pool = ThreadedConnectionPool(1, 10, os.environ["DATABASE_URL"])
free = BoundedSemaphore(10)


@contextmanager
def query():
    with free:
        connection = pool.getconn()
        try:
            with connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:
                yield cursor
        finally:
            pool.putconn(connection)


with query() as setup:
    # Several workers begin at once.
    setup.execute("select pg_advisory_xact_lock(1)")
    setup.execute(
        "create table if not exists todos (id serial primary key, title text not null, completed boolean not null default false, created_at timestamptz not null default now())"
    )


@app.get("/health")
def health():
    return {"status": "healthy"}


@app.get("/api/todos")
def list_todos():
    with query() as cursor:
        cursor.execute("select * from todos order by id limit %s", (int(request.args.get("limit", 500)),))
        return jsonify(cursor.fetchall())


@app.post("/api/todos")
def add_todo():
    title = (request.get_json() or {}).get("title")
    if not title:
        return {"error": "title is required"}, 400
    with query() as cursor:
        cursor.execute("insert into todos (title) values (%s) returning *", (title,))
        return jsonify(cursor.fetchone()), 201


@app.get("/api/todos/<int:todo_id>")
def get_todo(todo_id):
    with query() as cursor:
        cursor.execute("select * from todos where id = %s", (todo_id,))
        todo = cursor.fetchone()
    return (jsonify(todo), 200) if todo else ({"error": "not found"}, 404)


@app.patch("/api/todos/<int:todo_id>")
def change_todo(todo_id):
    with query() as cursor:
        cursor.execute("update todos set completed = %s where id = %s returning *", (bool(request.get_json()["completed"]), todo_id))
        todo = cursor.fetchone()
    return (jsonify(todo), 200) if todo else ({"error": "not found"}, 404)
