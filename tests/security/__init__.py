"""Proofs over everything that the kit answers, enumerated: who may, what is read and written, what it costs.

A new operation needs a case (``cases_of``), a new app a world (``world_of``) and a new list a seeder (``seeds``); the
suite fails until they are there.
"""
